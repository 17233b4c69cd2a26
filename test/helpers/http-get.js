// Asks for a page over HTTP and prints it. Arguments: the path of a Unix socket or the number of a port of 127.0.0.1, the page.
import { get } from "node:http";

const [, , where, path] = process.argv;
const to = where.startsWith("/") ? { socketPath: where } : { host: "127.0.0.1", port: Number(where) };
get({ ...to, path }, (response) => response.pipe(process.stdout));
