# shellcheck shell=bash disable=SC2034,SC2154 # lists used, and names set, by the scripts that source this
# What ./kindred and ./test share: which packages a build needs, how to get them, and how to bring a tree under build/ up
# to date. Sourced, never run; the caller has set `root` (the checkout) and `name` (what messages begin with). Everything
# said here goes to stderr: stdout belongs to the program.

build_packages=(g++ cmake ninja-build pkg-config git libboost-graph-dev libtbb-dev libhdf5-dev libyaml-cpp-dev
  libcli11-dev libfmt-dev libdeflate-dev libxxhash-dev nlohmann-json3-dev)

# libcatch2-dev is Catch2 3; Debian 12 has it in the backports suite only (see install_from_backports).
test_packages=(librandom123-dev libcatch2-dev hdf5-tools netcdf-bin clang libclang-rt-dev binutils valgrind
  python3-numpy python3-scipy python3-yaml python3-h5py python3-xarray python3-netcdf4 python3-h5netcdf
  python3-matplotlib python3-openturns r-cran-metafor r-bioc-rhdf5
  slurmctld slurmd slurm-client munge)

# Tools count wherever they come from (a module, pip, conda); libraries are asked of dpkg.
declare -A command_of=([g++]=g++ [cmake]=cmake [ninja-build]=ninja [pkg-config]=pkg-config [git]=git [clang]=clang++
  [binutils]=nm [valgrind]=valgrind [hdf5-tools]=h5dump [netcdf-bin]=ncdump)

# What the program is made from, as far as it shows on disk; a test tree adds tests/.
watched=(CMakeLists.txt CMakePresets.json sim models analysis configs)

say() { printf '%s: %s\n' "$name" "$*" >&2; }

die() {
  local status=$1
  shift
  say "$@"
  exit "$status"
}

# ---- packages -------------------------------------------------------------------------------------------------------

# Sets `missing` to those of the given packages that are not there.
find_missing() {
  local package installed
  missing=()
  installed=" $(dpkg-query -W -f='${Package}:${db:Status-Status} ' "$@" 2>/dev/null || true)"
  for package in "$@"; do
    [[ $installed == *" $package:installed "* ]] && continue
    [[ -n ${command_of[$package]-} ]] && command -v "${command_of[$package]}" >/dev/null && continue
    missing+=("$package")
  done
}

# Sets `as_root` to the words that give a command root's rights, or fails. A password is asked for only at a terminal.
find_root() {
  if ((EUID == 0)); then as_root=()
  elif ! command -v sudo >/dev/null; then return 1
  elif sudo -n true 2>/dev/null; then as_root=(sudo -n)
  elif [[ -t 0 ]]; then as_root=(sudo)
  else return 1
  fi
}

# The sbin folders: `su` without a dash leaves them out, and dpkg stops without ldconfig.
apt_get() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH="$PATH:/usr/sbin:/sbin" \
    apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" </dev/null >>"$log" 2>&1
}

# apt waits for dpkg's lock by itself, but not for the lock of its lists, which another apt (an unattended upgrade, or
# ./test beside ./kindred) may hold for some seconds.
apt_get_update() {
  local tries
  for ((tries = 0; tries < 12; tries++)); do
    apt_get "$@" update && return
    tail -n 1 "$log" | grep -q 'Unable to lock' || break
    sleep 5
  done
  return 1
}

# The suite whose name is Debian 12's with "-backports", if that is where libcatch2-dev has to come from.
backports_suite() { (. /etc/os-release && [[ $ID$VERSION_ID == debian12 ]] && echo "$VERSION_CODENAME-backports") 2>/dev/null; }

# The mirror that this machine takes Debian from, in either format of apt's source files.
debian_mirror() {
  cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list /etc/apt/sources.list.d/*.{sources,list} 2>/dev/null |
    sed -nE -e 's/^URIs:[[:space:]]*([^[:space:]]+).*/\1/p' \
      -e 's/^deb[[:space:]]+(\[[^]]*\][[:space:]]+)?([^[:space:]]+)[[:space:]].*/\2/p' |
    sed '/security/d; /^cdrom:/d' | sed -n 1p
}

# Installs from the backports suite without making it a source of the machine: the suite is named for this one call, and
# the lists fetched from it stay out of apt's own (which an update from other sources would empty).
install_from_backports() {
  local suite=$1 aside mirror status=0
  shift
  mirror=$(debian_mirror)
  aside=$(mktemp -d)
  mkdir -p "$aside/lists/partial"
  chmod -R a+rX "$aside" # apt fetches as a user of its own
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$mirror" "$suite" >"$aside/sources.list"
  local only=(-o Dir::Etc::SourceList="$aside/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::State::Lists="$aside/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=)
  { apt_get_update "${only[@]}" && apt_get "${only[@]}" install -y --no-install-recommends -t "$suite" "$@"; } || status=$?
  "${as_root[@]}" rm -rf "$aside"
  return "$status"
}

install() {
  local package plain=() backported=() suite
  suite=$(backports_suite) || suite=
  for package in "$@"; do
    if [[ $package == libcatch2-dev && -n $suite ]]; then backported+=("$package"); else plain+=("$package"); fi
  done
  say "installing $*"
  if ((${#plain[@]})); then
    { apt_get_update && apt_get install -y --no-install-recommends "${plain[@]}"; } || return
  fi
  ((${#backported[@]} == 0)) || install_from_backports "$suite" "${backported[@]}"
}

# How to go on by hand, for a user who cannot install packages here.
advise() {
  local preset=$1 package plain=() suite
  suite=$(backports_suite) || suite=
  for package in "${missing[@]}"; do [[ $package == libcatch2-dev && -n $suite ]] || plain+=("$package"); done
  {
    echo "$name: a build is needed, and not found here (by Debian's names): ${missing[*]}"
    echo "On Debian or Ubuntu, as root:"
    ((${#plain[@]} == 0)) || echo "  apt-get update && apt-get install -y --no-install-recommends ${plain[*]}"
    ((${#plain[@]} == ${#missing[@]})) ||
      echo "  apt-get install -y --no-install-recommends -t $suite libcatch2-dev   # with $suite among apt's sources"
    echo "Elsewhere (conda, spack, environment modules), with CMake 3.25, Ninja, a C++20 compiler and the same libraries under one prefix:"
    echo "  export CMAKE_PREFIX_PATH=/the/prefix   # several: with colons between; an active conda environment is found by itself"
    echo "  cd '$root'"
    echo "  cmake --fresh --preset $preset"
    echo "  cmake --build --preset $preset"
  } >&2
}

# Installs what is missing of the given packages, or finds that a build can be tried without, or says how and exits.
need_packages() {
  local preset=$1
  shift
  : >"$log" # a new build begins
  find_missing "$@"
  ((${#missing[@]})) || return 0
  if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
    if find_root; then
      if install "${missing[@]}"; then
        missing=()
        return 0
      fi
      tail -n 5 "$log" >&2
      say "apt-get failed; all it said: $log"
    fi
    # Only a prefix says that the libraries may be here all the same; elsewhere than on Debian nothing is known: try.
    [[ -n ${CMAKE_PREFIX_PATH-}${CONDA_PREFIX-} ]] || { advise "$preset"; exit 2; }
  fi
  if ! command -v cmake >/dev/null || ! command -v ninja >/dev/null; then
    advise "$preset"
    exit 2
  fi
  # An active conda environment sets no CMAKE_PREFIX_PATH. It is looked into only now: with Debian's libraries in place,
  # a base environment that happens to be active would only mix two sets.
  [[ -z ${CONDA_PREFIX-} ]] || export CMAKE_PREFIX_PATH="${CMAKE_PREFIX_PATH:+$CMAKE_PREFIX_PATH:}$CONDA_PREFIX"
}

# ---- the tree build/PRESET ------------------------------------------------------------------------------------------

# Every file that the program is made from, with its size and time, and the commit, which the program reports. A listing
# (rather than "newer than the binary") sees deleted files, and older ones put in place by rsync or tar; seconds are
# enough, and survive copies into images. Outputs, editors' and Python's leftovers are no sources.
listing() {
  (
    cd "$root" || exit
    {
      find "${watched[@]}" -name __pycache__ -prune -o -type f ! -name '.*' ! -name '*~' ! -name '*.h5*' \
        -printf '%p %s %Ts\n' 2>/dev/null
      # With this option root sees the commit in somebody else's checkout too.
      git -c safe.directory='*' rev-parse HEAD 2>/dev/null | sed 's/^/commit /'
    } | LC_ALL=C sort || true
  )
}

is_fresh() {
  local preset=$1
  [[ -f $root/build/$preset/built-from ]] && [[ $(listing) == "$(<"$root/build/$preset/built-from")" ]]
}

# Makes build/PRESET and holds it until this process ends or calls unlock_tree: two callers never build in it at once.
lock_tree() {
  local status=0
  tree=$root/build/$1 log=$root/build/$1/build.log
  { mkdir -p "$tree" && : >>"$tree/lock"; } 2>/dev/null ||
    die 2 "a build is needed, but $tree cannot be written: work in a checkout of your own (git clone '$root')"
  command -v flock >/dev/null || return 0
  exec {lock}>>"$tree/lock"
  flock -n "$lock" || status=$?
  # 1: another holds it; anything else: a file system without locks, where a double build is the lesser evil.
  if ((status == 1)); then
    say "waiting for another build in $tree"
    flock "$lock"
  fi
}

unlock_tree() { [[ -z ${lock-} ]] || exec {lock}>&-; }

# Ninja goes by times alone: a file that changed since the last attempt and is older (put in place by rsync, tar or mv)
# gets a new time.
touch_backdated() {
  local entry path
  [[ -f $tree/tried ]] || return 0
  while read -r entry; do
    path=$root/${entry% * *}
    [[ ! -f $path || $path -nt $tree/tried ]] || touch "$path"
  done < <(listing | LC_ALL=C comm -23 - "$tree/tried" | sed '/^commit /d')
}

# Runs a step of the build, in the checkout and with its output in the log.
step() { (cd "$root" && "$@") </dev/null >>"$log" 2>&1; }

# Configures and builds: build_tree PRESET [cmake --build arguments]. Exits 70 on failure, 2 if libraries were not found.
build_tree() {
  local preset=$1 fresh=()
  shift
  touch_backdated
  # A file saved within this second could be saved again, at the same size, without a change in its listing.
  (cd "$root" && [[ -z $(find "${watched[@]}" -newermt '1 second ago' -print -quit 2>/dev/null) ]]) || sleep 1
  # Listed before the build: what changes meanwhile is seen by the next call. Only success makes the tree count as fresh.
  rm -f "$tree/built-from"
  listing >"$tree/tried"
  # A tree from another place (the checkout was moved or copied), or one that never got through, would keep wrong answers.
  { grep -qsxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$tree/CMakeCache.txt" && [[ -f $tree/build.ninja ]]; } || fresh=(--fresh)
  export CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}
  # Ninja ends by itself when interrupted, with the exit status of a failed build.
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if ! step cmake "${fresh[@]}" --preset "$preset"; then
    show_failure
    ((${#missing[@]} == 0)) || { advise "$preset"; exit 2; }
    die 70 "cmake could not prepare the build; the whole log: $log"
  fi
  step cmake --build --preset "$preset" "$@" || { show_failure; die 70 "the build failed; the whole log: $log"; }
  trap - INT TERM
  cp "$tree/tried" "$tree/built-from"
}

# From the first error on: with templates, what matters stands long before the end. Without one, the end.
show_failure() {
  awk '/^(FAILED:|CMake Error)/ { found = 1 } found && lines++ < 40 { print } END { exit !found }' "$log" >&2 ||
    tail -n 30 "$log" >&2
}
