import { goAddress } from "./address.ts";
import { bytesText } from "./json.ts";
import type { NameReader } from "./names.ts";

const TYPE = {
  a: 1,
  ns: 2,
  cname: 5,
  soa: 6,
  ptr: 12,
  hinfo: 13,
  mx: 15,
  txt: 16,
  aaaa: 28,
  srv: 33,
  opt: 41,
  uri: 256,
};

/** What a record's data says, as JSON; gopacket writes all of it for each type. */
interface Said {
  readonly ip?: string;
  readonly ns?: Buffer | undefined;
  readonly cname?: Buffer | undefined;
  readonly ptr?: Buffer | undefined;
  readonly txts?: string;
  readonly soa?: string;
  readonly srv?: string;
  readonly mx?: string;
  readonly opt?: string;
  readonly uri?: string;
  readonly txt?: Buffer;
}

export interface DnsRecord {
  readonly text: string;
  readonly type: number;
  readonly ttl: number;
  readonly end: number;
}

/** A record of a DNS message (RFC 1035, 4.1.3) as gopacket's layers.DNSResourceRecord; undefined where it is broken. */
export function recordAt(bytes: Buffer, from: number, names: NameReader): DnsRecord | undefined {
  const name = names.read(from, bytes.length);
  if (name === undefined || name.end + 10 > bytes.length) return undefined;
  const at = name.end;
  const [type, ttl, length] = [bytes.readUInt16BE(at), bytes.readUInt32BE(at + 4), bytes.readUInt16BE(at + 8)];
  const end = at + 10 + length;
  if (end > bytes.length) return undefined;
  const said = saidBy(type, { bytes, at: at + 10, end, names });
  if (said === undefined) return undefined;
  const text =
    `{"Name":${bytesText(name.name)},"Type":${type},"Class":${bytes.readUInt16BE(at + 2)},"TTL":${ttl}` +
    `,"DataLength":${length},"Data":${bytesText(bytes.subarray(at + 10, end))},${saidText(said)}}`;
  return { text, type, ttl, end };
}

const NO_SOA = '{"MName":null,"RName":null,"Serial":0,"Refresh":0,"Retry":0,"Expire":0,"Minimum":0}';
const NO_SRV = '{"Priority":0,"Weight":0,"Port":0,"Name":null}';
const NO_MX = '{"Preference":0,"Name":null}';
const NO_URI = '{"Priority":0,"Weight":0,"Target":null}';

function saidText({ ip = "", ns, cname, ptr, txts = "null", soa = NO_SOA, ...rest }: Said): string {
  const { srv = NO_SRV, mx = NO_MX, opt = "null", uri = NO_URI, txt } = rest;
  return (
    `"IP":"${ip}","NS":${bytesText(ns)},"CNAME":${bytesText(cname)},"PTR":${bytesText(ptr)},"TXTs":${txts}` +
    `,"SOA":${soa},"SRV":${srv},"MX":${mx},"OPT":${opt},"URI":${uri},"TXT":${bytesText(txt)}`
  );
}

interface Data {
  readonly bytes: Buffer;
  readonly at: number;
  readonly end: number;
  readonly names: NameReader;
}

function saidBy(type: number, data: Data): Said | undefined {
  const read = READERS.get(type);
  return read === undefined ? {} : read(data);
}

const READERS: ReadonlyMap<number, (data: Data) => Said | undefined> = new Map<
  number,
  (data: Data) => Said | undefined
>([
  [TYPE.a, ipOf],
  [TYPE.aaaa, ipOf],
  [TYPE.txt, textsOf],
  [TYPE.hinfo, textsOf],
  [TYPE.ns, (data) => nameOf(data, (name) => ({ ns: name }))],
  [TYPE.cname, (data) => nameOf(data, (name) => ({ cname: name }))],
  [TYPE.ptr, (data) => nameOf(data, (name) => ({ ptr: name }))],
  [TYPE.soa, soaOf],
  [TYPE.mx, mxOf],
  [TYPE.srv, srvOf],
  [TYPE.uri, uriOf],
  [TYPE.opt, optOf],
]);

function ipOf({ bytes, at, end }: Data): Said {
  return { ip: goAddress(bytes.subarray(at, end)) ?? "" };
}

function nameOf({ at, end, names }: Data, say: (name: Buffer | undefined) => Said): Said | undefined {
  const name = names.read(at, end);
  return name === undefined ? undefined : say(name.name);
}

/** Texts of up to 255 bytes, each behind its length (RFC 1035, 3.3). */
function textsOf({ bytes, at, end }: Data): Said | undefined {
  const texts: string[] = [];
  for (let from = at; from < end; ) {
    const next = from + 1 + (bytes[from] ?? 0);
    if (next > end) return undefined;
    texts.push(bytesText(bytes.subarray(from + 1, next)));
    from = next;
  }
  return { txts: `[${texts.join(",")}]`, txt: bytes.subarray(at, end) };
}

function soaOf({ bytes, at, end, names }: Data): Said | undefined {
  const server = names.read(at, end);
  const person = server === undefined ? undefined : names.read(server.end, end);
  if (server === undefined || person === undefined || person.end + 20 > end) return undefined;
  const [serial, refresh, retry, expire, minimum] = [0, 4, 8, 12, 16].map((by) => bytes.readUInt32BE(person.end + by));
  return {
    soa:
      `{"MName":${bytesText(server.name)},"RName":${bytesText(person.name)},"Serial":${serial}` +
      `,"Refresh":${refresh},"Retry":${retry},"Expire":${expire},"Minimum":${minimum}}`,
  };
}

function mxOf({ at, end, ...data }: Data): Said | undefined {
  if (at + 2 > end) return undefined;
  const preference = data.bytes.readUInt16BE(at);
  return nameOf({ ...data, at: at + 2, end }, (name) => ({
    mx: `{"Preference":${preference},"Name":${bytesText(name)}}`,
  }));
}

function srvOf({ at, end, ...data }: Data): Said | undefined {
  if (at + 6 > end) return undefined;
  const [priority, weight, port] = [0, 2, 4].map((by) => data.bytes.readUInt16BE(at + by));
  return nameOf({ ...data, at: at + 6, end }, (name) => ({
    srv: `{"Priority":${priority},"Weight":${weight},"Port":${port},"Name":${bytesText(name)}}`,
  }));
}

function uriOf({ bytes, at, end }: Data): Said | undefined {
  if (at + 4 > end) return undefined;
  const target = bytesText(bytes.subarray(at + 4, end));
  return { uri: `{"Priority":${bytes.readUInt16BE(at)},"Weight":${bytes.readUInt16BE(at + 2)},"Target":${target}}` };
}

/** RFC 6891, 6.1.2. */
function optOf({ bytes, at, end }: Data): Said | undefined {
  const options: string[] = [];
  for (let from = at; from < end; ) {
    const next = from + 4 <= end ? from + 4 + bytes.readUInt16BE(from + 2) : end + 1;
    if (next > end) return undefined;
    options.push(`{"Code":${bytes.readUInt16BE(from)},"Data":${bytesText(bytes.subarray(from + 4, next))}}`);
    from = next;
  }
  return { opt: `[${options.join(",")}]` };
}
