/**
 * KMS as the tests' endpoint has it: keys to make, and an address in front of the endpoint
 * that counts what KMS is asked and refuses it if it is to. Must not know of notebooks.
 */

import { createServer, request } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { endpoint } from './endpoint';

/** What names an action of KMS in the header x-amz-target. */
const KMS = 'TrentService.';

/** Ask KMS for an action; the endpoint of the tests checks no signature. */
async function ask(action: string, content: object): Promise<unknown> {
  const answer = await fetch(endpoint().url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': KMS + action,
      authorization:
        'AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/kms/aws4_request, SignedHeaders=host, Signature=0'
    },
    body: JSON.stringify(content)
  });
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(`${action}: ${answer.status} ${text}`);
  }
  return text === '' ? null : JSON.parse(text);
}

/** Make a key with an alias, and return its ARN. */
export async function makeKey(
  alias: string,
  options: object = {}
): Promise<string> {
  const { KeyMetadata: made } = (await ask('CreateKey', options)) as {
    KeyMetadata: { Arn: string };
  };
  await ask('CreateAlias', { AliasName: alias, TargetKeyId: made.Arn });
  return made.Arn;
}

export async function disableKey(arn: string): Promise<void> {
  // Of the ways to name a key, moto's DisableKey knows the ID only.
  await ask('DisableKey', { KeyId: arn.split('/').pop() });
}

/** The endpoint once more, at an address of its own. */
export class WatchedEndpoint {
  /** The actions that KMS was asked for, in order. */
  readonly asked: string[] = [];
  /** KMS answers every request with AccessDeniedException. */
  refuses = false;
  private readonly _server: Server = createServer((from, to) => {
    this._answer(from, to);
  });

  async start(): Promise<void> {
    await new Promise<void>(resolve =>
      this._server.listen(0, '127.0.0.1', resolve)
    );
  }

  get url(): string {
    const { port } = this._server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this._server.closeAllConnections();
    await new Promise(resolve => this._server.close(resolve));
  }

  private _answer(from: IncomingMessage, to: ServerResponse): void {
    const target = String(from.headers['x-amz-target'] ?? '');
    if (target.startsWith(KMS)) {
      const action = target.slice(KMS.length);
      this.asked.push(action);
      if (this.refuses) {
        from.resume();
        to.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
        to.end(
          JSON.stringify({
            __type: 'AccessDeniedException',
            message: `User: arn:aws:sts::123456789012:assumed-role/Analyst/u is not authorized to perform: kms:${action} because no identity-based policy allows the kms:${action} action`
          })
        );
        return;
      }
    }
    // This server has answered "Expect: 100-continue" itself.
    const { expect: _, ...headers } = from.headers;
    const onward = request(
      endpoint().url + (from.url ?? '/'),
      { method: from.method, headers },
      answer => {
        to.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(to);
      }
    );
    onward.on('error', reason => to.destroy(reason));
    from.pipe(onward);
  }
}
