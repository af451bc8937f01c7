/**
 * Who may ask. A web page of somebody else, opened on this machine, can send requests here too: to the address itself
 * (told by Origin and Sec-Fetch-Site), or under a name of its own that it points at this machine (DNS rebinding, told by
 * Host). Away from this machine a token is needed.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { Refusal } from './refusal.ts';

/** Whether a host, as given to listen on or in a Host header without its port, can only be this machine. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/** Fails with 403 where the name asked for is not a name of this machine itself. */
export function checkHost(headers: Headers): void {
  const host = headers.get('host') ?? '';
  if (isLoopback(host.replace(/:\d*$/, ''))) return;
  throw new Refusal(403, 'DENIED', 'This service answers to localhost and 127.0.0.1 only.', {
    hint: 'A reverse proxy must send "Host: localhost"; or start the service with a token.',
  });
}

/** Fails with 403 where a page from elsewhere asks. Other programs send neither header. */
export function checkOrigin(headers: Headers): void {
  const site = headers.get('sec-fetch-site');
  if (site === 'same-origin' || site === 'none') return;
  const origin = headers.get('origin');
  if (site === null && (origin === null || hostOf(origin) === headers.get('host')?.toLowerCase())) return;
  throw new Refusal(403, 'DENIED', 'Pages from elsewhere may not ask this service.');
}

/** Fails with 401 where the token is not there or another one. */
export function checkToken(headers: Headers, token: string): void {
  const given = /^Bearer +(\S+)\s*$/i.exec(headers.get('authorization') ?? '')?.[1] ?? '';
  // Digests are of one length, so that the comparison takes one time whatever was given.
  if (timingSafeEqual(digest(given), digest(token))) return;
  throw new Refusal(401, 'DENIED', 'This service needs its token.', {
    hint: 'Send it as "Authorization: Bearer TOKEN".',
    headers: { 'WWW-Authenticate': 'Bearer' },
  });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function hostOf(origin: string): string | null {
  return /^https?:\/\/(.+)$/i.exec(origin)?.[1].toLowerCase() ?? null;
}
