/*
 * What is run at places: for sh(1) with what coreutils and busybox both have. $1 and so on are words of whoever calls. Paths
 * that are relative are those of the home directory.
 */
const HEAD = `set -eu
LC_ALL=C
export LC_ALL
umask 077
`;

/** Of those whose first word is a directory. */
const THERE = `${HEAD}
case "$1" in
  /*) ;;
  *) cd ;;
esac
`;

/** What ends with a trouble of the files "$@", unless one of them went in between. */
const UNLESS_GONE = 'for one; do [ -e "$one" ] || exit 0; done; exit 1';

/** What the scripts of a vault end with where it is none: it is not there, is no directory, or must not be looked into. */
export const NO_VAULT = 76;

/** ls(1) says why it is none, where cd does not everywhere. */
const IN_VAULT = `${THERE}
ls -d -- "$1/." > /dev/null || exit ${NO_VAULT}
cd -- "$1" || exit ${NO_VAULT}
`;

/** Makes a vault that is not there. $1: the vault */
export const MAKE_VAULT = `${THERE}
mkdir -p -- "$1"`;

/** Writes the manifests of a vault, each line behind its path; of what is no file, or empty, the path alone. $1: the vault, $2: which, as ./MACHINE/DAY/manifest.json */
export const READ_MANIFESTS = `${IN_VAULT}
find . -mindepth 3 -maxdepth 3 -path "$2" -type f -exec sh -c 'grep -aH "" "$@" /dev/null || [ "$?" = 1 ] || { ${UNLESS_GONE}; }' sh {} +
find . -mindepth 3 -maxdepth 3 -path "$2" \\( ! -type f -o -size 0 \\) -exec printf '%s:\\n' {} +`;

/** Lists the days of all machines. $1: the vault */
export const LIST_DAYS = `${IN_VAULT}
find . -mindepth 2 -maxdepth 2 -type d`;

/** Writes the hash and the path of each file of a vault, and what is no file. $1: the vault, $2: which, as ./MACHINE/DAY/* */
export const HASH_VAULT = `${IN_VAULT}
find . -mindepth 3 -path "$2" ! -name '.part-*' -type f -exec sh -c 'sha256sum "$@" || { ${UNLESS_GONE}; }' sh {} +
find . -mindepth 3 -path "$2" ! -type f ! -type d -exec printf 'other  %s\\n' {} +`;

/** Writes the size and the path of each file of a vault's days, and up to when days of a machine were pruned. $1: the vault */
export const LIST_VAULT = `${IN_VAULT}
find . -mindepth 3 -maxdepth 3 -type f ! -name '.part-*' -exec stat -c '%s %n' {} +
for file in ./*/.pruned; do
  if [ -f "$file" ]; then printf 'pruned %s %s\\n' "$(head -n 1 "$file")" "$file"; fi
done`;

/** Writes a file from a byte on. $1: the directory, $2: the file, $3: the number of the byte, from 1 */
export const READ_FILE = `${THERE}
cd -- "$1"
exec tail -c "+$3" "./$2"`;

/** Writes the hash of a file. $1: the directory, $2: the file */
export const HASH_FILE = `${THERE}
cd -- "$1"
sha256sum < "./$2"`;

/** Says how much of a file came before, or "whole" if it stands there already. $1: directory, $2: file, $3: hash */
export const ASK_PART = `${THERE}
cd -- "$1" 2>/dev/null || { echo 0; exit 0; }
if [ -f "./$2" ] && sum=$(sha256sum < "./$2") && [ "\${sum%% *}" = "$3" ]; then
  echo whole
elif [ -f "./.part-$3" ]; then
  stat -c %s "./.part-$3"
else
  echo 0
fi`;

/** What PUT_FILE ends with if not all came, if what came is another, and if something else has the name. */
export const PUT_CODES = { short: 74, differs: 75, stands: 73 } as const;

/**
 * Writes what comes behind what came, and gives it its name when it is whole. $1: directory, $2: file, $3: hash, $4: bytes,
 * $5: "new", or "replace" if another file may have the name
 */
export const PUT_FILE = `${THERE}
mkdir -p -- "$1"
cd -- "$1"
part=".part-$3"
for old in .part-*; do
  [ "$old" = "$part" ] || rm -f -- "$old"
done
cat >> "$part" || { code=$?; rm -f -- "$part"; exit "$code"; }
bytes=$(stat -c %s "$part")
[ "$bytes" -ge "$4" ] || { echo "$bytes of $4 bytes came" >&2; exit ${PUT_CODES.short}; }
sum=$(sha256sum < "$part")
[ "\${sum%% *}" = "$3" ] || { rm -f -- "$part"; echo "what arrived is not what was sent" >&2; exit ${PUT_CODES.differs}; }
if [ -d "./$2" ] || { [ "$5" = new ] && [ -e "./$2" ]; }; then
  rm -f -- "$part"
  echo "another file stands there: $2" >&2
  exit ${PUT_CODES.stands}
fi
sync "$part" 2>/dev/null || sync
mv -f -- "$part" "./$2"
sync . 2>/dev/null || sync`;

/**
 * Removes days: they lose their names first, so that a removal that is cut off leaves none of them half. The newest one of a
 * machine is remembered, so that it is not brought back; on a full disk when there is room again. $1: the vault; a line each: MACHINE/DAY, by day
 */
export const REMOVE_DAYS = `${IN_VAULT}
remember() {
  before=$(head -n 1 "./$1/.pruned" 2> /dev/null || echo)
  latest=$(printf '%s\\n' "$before" "$2" | sort | tail -n 1)
  [ "$latest" != "$before" ] || return 0
  printf '%s\\n' "$latest" > "./$1/.pruned.new" && mv -f -- "./$1/.pruned.new" "./$1/.pruned"
}
for left in ./*/.removed-*; do
  [ ! -d "$left" ] || rm -rf -- "$left"
done
while IFS= read -r day; do
  [ -d "./$day" ] || continue
  remember "\${day%/*}" "\${day##*/}" 2> /dev/null || :
  mv -- "./$day" "./\${day%/*}/.removed-\${day##*/}"
  rm -rf -- "./\${day%/*}/.removed-\${day##*/}"
  remember "\${day%/*}" "\${day##*/}"
  printf '%s\\n' "$day"
done`;

/** What LOCK_VAULT ends with if another has the lock. */
export const LOCKED_CODE = 76;

/**
 * Takes the lock of a vault, says "held", and has it for as long as lines come: the kernel gives it back whatever ends this
 * (flock(2)), also a connection that is silent for five minutes. $1: the vault, $2: "wait" for its turn, or "now". What stands
 * behind the word has it leave whoever holds the last bytes back.
 */
export const LOCK_VAULT = `${THERE}
mkdir -p -- "$1"
cd -- "$1"
command -v flock > /dev/null || { echo "flock is not installed" >&2; exit 127; }
exec 9>> .lock
if [ "$2" = wait ]; then flock -x 9; else flock -n -x 9 || exit ${LOCKED_CODE}; fi
printf 'held\\n%200s' ''
while timeout 300 sh -c 'read -r line' 9>&-; do :; done`;

/** Writes the time there, in seconds since 1970, and the zone. */
export const LOOK = `${HEAD}
date '+%s %z'`;

/** Removes a file of the vault. $1: the directory, $2: the file */
export const REMOVE_FILE = `${THERE}
cd -- "$1"
rm -f -- "./$2"`;

/**
 * Lists a ring: its zone, its files, and what it removed. $1: its directory. A name with a line break could say anything: of
 * such only a line each is written.
 */
export const LIST_RING = `${THERE}
cd -- "$1"
date '+zone %z'
find . -maxdepth 1 -name 'pcap-*' -name '*
*' -exec sh -c 'for one; do echo odd; done' sh {} +
find . -maxdepth 1 -name 'pcap-*' ! -name '*
*' -type f -exec sh -c 'stat -c "file %s %Y %n" "$@" || { ${UNLESS_GONE}; }' sh {} +
[ ! -f removed.ndjson ] || { echo removed; tail -n 1000 removed.ndjson; }`;

/** Writes hash and name of files. $1: their directory; a line each: NAME */
export const HASH_FILES = `${THERE}
cd -- "$1"
while IFS= read -r name; do
  if [ -f "./$name" ] && sum=$(sha256sum < "./$name"); then printf '%s %s\\n' "\${sum%% *}" "$name"; fi
done`;

/** Removes files that are what they were. $1: their directory; a line each: HASH NAME. Says what became of each. */
export const REMOVE_FILES = `${THERE}
cd -- "$1"
while IFS=' ' read -r wanted name; do
  if [ ! -f "./$name" ] || [ -L "./$name" ]; then
    printf 'gone %s\\n' "$name"
  elif sum=$(sha256sum < "./$name") && [ "\${sum%% *}" = "$wanted" ]; then
    rm -f -- "./$name" && printf 'removed %s\\n' "$name" || printf 'kept %s\\n' "$name"
  else
    printf 'differs %s\\n' "$name"
  fi
done`;

/** Writes the first line that the journal still has. */
export const JOURNAL_BEGIN = `${HEAD}
command -v journalctl > /dev/null || { echo "journalctl is not installed" >&2; exit 127; }
line=$({ journalctl --no-pager -q -o short-iso-precise || echo failed 2> /dev/null; } | head -n 1)
[ "$line" != failed ] || exit 1
printf '%s\\n' "$line"`;

/** Writes the kernel's lines of a day, of whatever boot. $1: the day, $2: the next one */
export const READ_JOURNAL = `${HEAD}
exec journalctl --no-pager -q -o short-iso-precise _TRANSPORT=kernel --since "$1 00:00:00" --until "$2 00:00:00"`;

/** Behind the first words stands the program over there: netlogctl unless said. */
const PROGRAM = `
if [ $# = 0 ]; then
  command -v netlogctl > /dev/null || { echo "netlogctl is not in PATH over there" >&2; exit 127; }
  set -- netlogctl
fi`;

/** Writes the events of a day that a log service stored. $1: the day, $2: the next one, then the program */
export const READ_EVENTS = `${HEAD}
since="$1 00:00"
until="$2 00:00"
shift 2${PROGRAM}
"$@" packets query --format json --since "$since" --until "$until"
"$@" flows query --format json --since "$since" --until "$until"`;
