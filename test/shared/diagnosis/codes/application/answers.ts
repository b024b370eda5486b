export const TIMES_OUT =
  'Get "http://10.0.1.5:8080/health": context deadline exceeded (Client.Timeout exceeded while awaiting headers)';

export const REFUSED = 'Get "http://10.0.1.5:8080/health": dial tcp 10.0.1.5:8080: connect: connection refused';
