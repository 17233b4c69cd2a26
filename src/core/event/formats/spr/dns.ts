import { recordAt } from "./dns-record.ts";
import { bytesText, listText } from "./json.ts";
import { NameReader } from "./names.ts";

const OPT = 41;

/** The DNS object of SPR's events: gopacket's layers.DNS (RFC 1035, 4). Undefined where it would decode nothing. */
export function dnsText(bytes: Buffer): string | undefined {
  if (bytes.length < 12) return undefined;
  const names = new NameReader(bytes);
  const counts = [4, 6, 8, 10].map((at) => bytes.readUInt16BE(at));
  const questions = questionsIn(bytes, counts[0] ?? 0, names);
  if (questions === undefined) return undefined;
  const sections: string[] = [];
  let [at, code] = [questions.end, (bytes[3] ?? 0) & 0xf];
  for (const [index, count] of counts.slice(1).entries()) {
    const section = recordsIn({ bytes, from: at, count, names });
    if (section === undefined) return undefined;
    sections.push(listText(section.texts));
    at = section.end;
    if (index === 2) code |= section.extended;
  }
  const [answers, authorities, additionals] = sections;
  return (
    `{"Contents":${bytesText(bytes)},"Payload":null,${headText(bytes, code)}` +
    `,"QDCount":${counts[0]},"ANCount":${counts[1]},"NSCount":${counts[2]},"ARCount":${counts[3]}` +
    `,"Questions":${listText(questions.texts)}` +
    `,"Answers":${answers},"Authorities":${authorities},"Additionals":${additionals}}`
  );
}

function headText(bytes: Buffer, code: number): string {
  const [high, low] = [bytes[2] ?? 0, bytes[3] ?? 0];
  return (
    `"ID":${bytes.readUInt16BE(0)},"QR":${(high & 0x80) !== 0},"OpCode":${(high >> 3) & 0xf}` +
    `,"AA":${(high & 4) !== 0},"TC":${(high & 2) !== 0},"RD":${(high & 1) !== 0},"RA":${(low & 0x80) !== 0}` +
    `,"Z":${(low >> 4) & 7},"ResponseCode":${code}`
  );
}

function questionsIn(bytes: Buffer, count: number, names: NameReader): { texts: string[]; end: number } | undefined {
  const texts: string[] = [];
  let at = 12;
  for (let index = 0; index < count; index += 1) {
    const name = names.read(at, bytes.length);
    if (name === undefined || name.end + 4 > bytes.length) return undefined;
    const [type, kind] = [bytes.readUInt16BE(name.end), bytes.readUInt16BE(name.end + 2)];
    texts.push(`{"Name":${bytesText(name.name)},"Type":${type},"Class":${kind}}`);
    at = name.end + 4;
  }
  return { texts, end: at };
}

interface Section {
  readonly bytes: Buffer;
  readonly from: number;
  readonly count: number;
  readonly names: NameReader;
}

/** The records of a section, and the upper bits of the response code, which an OPT record has (RFC 6891, 6.1.3). */
function recordsIn({
  bytes,
  from,
  count,
  names,
}: Section): { texts: string[]; end: number; extended: number } | undefined {
  const texts: string[] = [];
  let [at, extended] = [from, 0];
  for (let index = 0; index < count; index += 1) {
    const record = recordAt(bytes, at, names);
    if (record === undefined) return undefined;
    texts.push(record.text);
    if (record.type === OPT) extended |= (record.ttl >>> 20) & 0xf0;
    at = record.end;
  }
  return { texts, end: at, extended };
}
