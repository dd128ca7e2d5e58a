/** What tsc leaves out: types of the styles, and the endings that Node asks for (node16, nodenext). */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const BESIDE = /(?<=(?:from |import\()")\.[^"]*/g;

/** @param {string} name a module beside this one, or the index of a folder. */
const file = (name) => (/(^|\/)\.\.?$/.test(name) ? `${name}/index.js` : `${name}.js`);

for (const name of readdirSync("kit", { recursive: true, encoding: "utf8" })) {
  if (name.endsWith(".d.ts")) {
    writeFileSync(`kit/${name}`, readFileSync(`kit/${name}`, "utf8").replace(BESIDE, file));
  }
}

writeFileSync("kit/styles.d.ts", "export {};\n"); // TypeScript 6 and later ask for them
