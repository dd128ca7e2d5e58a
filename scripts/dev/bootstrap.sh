# Prepares a fresh machine; sourced by scripts/run and scripts/test. Bash, no other needs.
#
# Leaves ROOT (the repository, also the working directory) and VENV (its virtual environment),
# works in an empty environment, and installs only what changed since the last time.

set -euo pipefail
unset CDPATH PYTHONPATH PYTHONHOME VIRTUAL_ENV
unset PGHOST PGHOSTADDR PGPORT PGUSER PGDATABASE PGSERVICE PGSERVICEFILE PGOPTIONS

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
VENV="$ROOT/.venv"
export PATH="${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}"
export HOME="${HOME:-$(echo ~)}" # without HOME, bash takes ~ from the list of users
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
cd "$ROOT"

say() { printf '%s\n' "$*" >&2; }

die() {
    say "Error: $1"
    say "Next: $2"
    exit 1
}

can_install_packages() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# Installs Debian packages without questions; the list of packages is fetched once.
install_packages() {
    say "… installing $* with apt-get"
    export DEBIAN_FRONTEND=noninteractive
    if [ -z "${PACKAGES_ARE_LISTED:-}" ]; then
        apt-get update -qq || say "apt-get update failed; going on with the list that is there"
        PACKAGES_ARE_LISTED=1
    fi
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Prints the first Python that is new enough and can make virtual environments.
find_python() {
    local name
    for name in python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
            2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

make_environment() {
    local python=""
    if ! python="$(find_python)" && can_install_packages; then
        install_packages python3 python3-venv || true
        python="$(find_python)" || true
    fi
    [ -n "$python" ] || die \
        "no Python 3.11 or newer with its venv module" \
        "install them (Debian: apt-get install python3 python3-venv) and run this again"
    rm -rf "$VENV" || refuse_folder
    "$python" -m venv "$VENV"
}

refuse_folder() {
    die "$(id -un) may not write to $ROOT" \
        "clone the repository into a folder of your own, or: chown -R $(id -un) '$ROOT'"
}

# Brings the environment up to date: prepare_environment demo|dev (dev holds demo as well).
prepare_environment() {
    local extra="$1" constraints="/dev/null" key
    [ ! -f constraints.txt ] || constraints=constraints.txt
    key="$ROOT $(cat pyproject.toml "$constraints" | cksum)"
    is_prepared() { grep -qsxF "$key" "$VENV/$extra.stamp" "$VENV/dev.stamp" && starts_python; }
    starts_python() { "$VENV/bin/python" -c '' 2>/dev/null; }
    ! is_prepared || return 0

    [ -w "$ROOT" ] && mkdir -p .local 2>/dev/null && [ -w .local ] || refuse_folder
    exec 9>.local/setup.lock # another one may be setting up just now
    ! command -v flock >/dev/null || flock 9
    ! is_prepared || return 0
    say "… installing what pgcredits needs into .venv (about a minute the first time)"
    starts_python || make_environment
    [ -w "$VENV" ] || refuse_folder
    "$VENV/bin/python" -m pip install -qq -c "$constraints" -e ".[$extra]" || die \
        "pip could not install what pgcredits needs" \
        "read its message above; the first time it needs the network"
    printf '%s\n' "$key" >"$VENV/$extra.stamp"
    exec 9>&-
}
