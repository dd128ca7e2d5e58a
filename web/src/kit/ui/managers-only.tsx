import type { ReactNode } from "react";
import { useMayManage } from "../hooks/use-may-manage";
import { Empty, Loading } from "./notes";

/** What `ManagersOnly` takes. */
export interface ManagersOnlyProps {
  /** The height of the children, such as "12rem". */
  height: string;
  /** What the others are told. */
  otherwise: string;
  children: ReactNode;
}

/** What of a team only its owners and admins may ask for. */
export function ManagersOnly({ height, otherwise, children }: ManagersOnlyProps) {
  const may = useMayManage();
  if (may === undefined) {
    return <Loading height={height} />;
  }
  return may ? children : <Empty>{otherwise}</Empty>;
}
