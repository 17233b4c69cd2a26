import { createServer } from "node:http";
import type { Socket } from "node:net";

/** How long somebody who asks for figures may take. */
const REQUEST_MS = 5000;

/** Answers whoever asks over HTTP with the figures of the moment. */
export function metricsServer(text: () => string): (socket: Socket) => void {
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS }, (request, response) => {
    const isAsked = request.method === "GET" || request.method === "HEAD";
    if (!isAsked || !/^\/(?:metrics)?(?:\?|$)/.test(request.url ?? "")) {
      response.writeHead(isAsked ? 404 : 405, { Connection: "close" }).end();
      return;
    }
    response.writeHead(200, { "Content-Type": "text/plain; version=0.0.4; charset=utf-8", Connection: "close" });
    response.end(text());
  });
  return (socket) => {
    socket.on("error", () => socket.destroy());
    server.emit("connection", socket);
  };
}
