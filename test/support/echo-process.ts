/** The process of a pod behind the proxy of a real API server. */
import { ECHO, echoServer, HTTP2, http2Server } from './echo-server.ts';

const host = process.env.POD_IP;
echoServer().listen(ECHO, host);
http2Server().listen(HTTP2, host);
