/** What a capture of the ring is called: `pcap-YYYYmmddHHMMSS.pcapng`, by the local time at which it was begun. */
export interface CaptureName {
  /** YYYY-MM-DD, local. */
  readonly day: string;
  /** YYYY-mm-ddTHH:MM:SS, local. */
  readonly begun: string;
  /** More than one may be begun in a second. */
  readonly number: number;
}

/** Also as tcpdump writes them: pcap-YYYYmmddHHMMSS.pcap, and a number behind it (tcpdump -C). */
const NAME = /^pcap-(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:-(\d{1,6}))?\.(?:pcapng|pcap)(\d{0,6})$/;

/** The name of a capture that is begun then. @param number of those before it in the same second */
export function captureFileName(milliseconds: number, offsetMinutes: number, number = 0): string {
  const digits = localText(milliseconds, offsetMinutes).replaceAll(/\D/g, "");
  return `pcap-${digits}${number === 0 ? "" : `-${number}`}.pcapng`;
}

/** What such a name says; undefined for any other file, and for a time that is none. */
export function parseCaptureName(name: string): CaptureName | undefined {
  const [, year, month, day, hours, minutes, seconds, number, behind] = NAME.exec(name) ?? [];
  if (year === undefined) return undefined;
  const date = `${year}-${month}-${day}`;
  const begun = `${date}T${hours}:${minutes}:${seconds}`;
  return isTime(begun) ? { day: date, begun, number: Number(number || behind || 0) } : undefined;
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Not 30 February, for which Date.parse takes 2 March. There may be thousands of names: it is asked of none that can be told without it. */
function isTime(text: string): boolean {
  const [month, day] = [Number(text.slice(5, 7)), Number(text.slice(8, 10))];
  if (day < 1 || day > (DAYS[month - 1] ?? 0)) return false;
  const [hours, minutes, seconds] = [text.slice(11, 13), text.slice(14, 16), text.slice(17, 19)];
  if (hours > "23" || minutes > "59" || seconds > "59") return false;
  return month !== 2 || day < 29 || localText(Date.parse(`${text}Z`), 0) === text;
}

/** What the index of a capture is called. */
export function indexFileName(capture: string): string {
  return `${capture}.index.json`;
}

/** The local day of a moment: YYYY-MM-DD. */
export function dayAt(milliseconds: number, offsetMinutes: number): string {
  return localText(milliseconds, offsetMinutes).slice(0, 10);
}

function localText(milliseconds: number, offsetMinutes: number): string {
  return new Date(milliseconds + offsetMinutes * 60_000).toISOString().slice(0, 19);
}
