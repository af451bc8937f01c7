/** What the load test of the service sends: good uploads, and one of each kind of bad one. */

/** The bytes of a request, made before the clock runs. */
export interface ServiceRequest {
  readonly name: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The right status; null: the client goes away in the middle, and there is none. */
  readonly status: number | null;
}

export interface MediaPair {
  readonly picture: Uint8Array;
  readonly sound: Uint8Array;
}

const boundary = 'lookhear-load-test';

export function goodRequest({ picture, sound }: MediaPair): ServiceRequest {
  return request('good', 200, upload({ picture, sound }));
}

/** In each of ten ways. */
export function malformedRequests({ picture, sound }: MediaPair): readonly ServiceRequest[] {
  const whole = upload({ picture, sound });
  const cut = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length / 2);
  return [
    request('no multipart', 415, Buffer.from('{}'), { 'Content-Type': 'application/json' }),
    request('multipart without end', 400, whole.subarray(0, -10)),
    request('text for a picture', 415, upload({ picture: Buffer.from('<html>not found</html>'), sound })),
    request('cut picture', 422, upload({ picture: cut(picture), sound })),
    request('cut sound', 422, upload({ picture, sound: cut(sound) })),
    request('no sound', 400, upload({ picture })),
    request('path for a name', 400, upload({ '../../etc/passwd': picture, sound })),
    request('a gigabyte', 413, Buffer.alloc(0), { 'Content-Length': String(2 ** 30) }),
    request('page from elsewhere', 403, whole, { Origin: 'https://elsewhere.example' }),
    request('client that goes away', null, whole.subarray(0, whole.length / 2), {
      'Content-Length': String(whole.length),
    }),
  ];
}

function request(
  name: string,
  status: number | null,
  body: Buffer,
  headers: Readonly<Record<string, string>> = {},
): ServiceRequest {
  const type = `multipart/form-data; boundary=${boundary}`;
  const all = { 'Content-Type': type, 'Content-Length': String(body.length), ...headers };
  return { name, path: '/v1/localize', headers: all, body, status };
}

function upload(parts: Readonly<Record<string, Uint8Array>>): Buffer {
  const pieces = Object.entries(parts).flatMap(([name, content]) => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="../../x"\r\n\r\n`),
    content,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}
