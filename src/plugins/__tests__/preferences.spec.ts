/** The start of the page waits for the settings: before they are known, nothing can be run. */

import { Notification } from '@jupyterlab/apputils';
import { ServerConnection } from '@jupyterlab/services';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';

import { preferences, type IPreferences } from '../preferences';
import { fakeApp } from './fakes';

const LOADED = {
  composite: { mode: 'block' },
  changed: new Signal<object, void>({}),
  schema: {}
};

/** The server's part answers this about saved profiles; by default there is none. */
let saved: () => Response;

function serviceManager(): object {
  return {
    serverSettings: ServerConnection.makeSettings({
      baseUrl: 'http://localhost/',
      fetch: () => Promise.resolve(saved())
    }),
    contents: { fileChanged: new Signal<object, unknown>({}) }
  };
}

/** Activates the plugin while the server has not answered; `found` is what it provides. */
function setUp() {
  const answer = new PromiseDelegate<object>();
  const { app } = fakeApp();
  Object.assign(app, { serviceManager: serviceManager() });
  const provided: IPreferences[] = [];
  const started = Promise.resolve(
    preferences.activate(
      app,
      { load: () => answer.promise },
      null,
      null,
      null
    ) as Promise<IPreferences>
  ).then(found => {
    provided.push(found);
    return found;
  });
  return { answer, provided, started };
}

let said: string[];
let dismissed: string[];

beforeEach(() => {
  said = [];
  dismissed = [];
  saved = () => new Response('{}', { status: 404 });
  jest.useFakeTimers();
  jest.spyOn(Notification, 'error').mockImplementation(text => {
    said.push(text);
    return 'said';
  });
  jest.spyOn(Notification, 'dismiss').mockImplementation(id => {
    dismissed.push(id!);
  });
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

it('is there when the settings are, and not before', async () => {
  const { answer, provided, started } = setUp();
  await jest.advanceTimersByTimeAsync(9000);
  expect(provided).toEqual([]);
  answer.resolve(LOADED);
  expect((await started).options.current.mode).toBe('block');
  await jest.advanceTimersByTimeAsync(9000);
  expect(said).toEqual([]);
});

it('keeps the page waiting for ten seconds at most, says so, and takes the settings when they come', async () => {
  const { answer, started } = setUp();
  await jest.advanceTimersByTimeAsync(10000);
  const { options } = await started;
  expect(options.current.mode).toBe('warn');
  expect(said).toEqual([
    expect.stringMatching(/not read yet.*holds no cell back/)
  ]);
  expect(dismissed).toEqual([]);
  answer.resolve(LOADED);
  await jest.advanceTimersByTimeAsync(0);
  expect(options.current.mode).toBe('block');
  expect(dismissed).toEqual(['said']);
});

it('says that the settings could not be read, and why', async () => {
  const { answer, started } = setUp();
  answer.reject(new Error('No such plugin.'));
  const { options } = await started;
  await options.ready;
  expect(said).toEqual([
    expect.stringMatching(/could not be read.*no cell back\. No such plugin\./)
  ]);
});

it('has the profiles that the user has saved, and says why they cannot be read', async () => {
  saved = () =>
    Response.json({
      profiles: [{ name: 'Lake', method: 'sse-s3' }],
      file: '/a'
    });
  const { answer, started } = setUp();
  answer.resolve(LOADED);
  const { options } = await started;
  expect(options.current.profiles).toEqual([
    { name: 'Lake', method: 'sse-s3' }
  ]);
  expect(options.saved?.file).toBe('/a');
  expect(said).toEqual([]);

  saved = () => Response.json({ message: '/a is damaged.' }, { status: 500 });
  const other = setUp();
  other.answer.resolve(LOADED);
  const found = await other.started;
  expect(found.options.current.mode).toBe('block');
  expect(found.options.saved).toBeNull();
  expect(said).toEqual(['/a is damaged.']);
});

it('waits for nothing if there are no settings to read', async () => {
  const { app } = fakeApp();
  Object.assign(app, { serviceManager: serviceManager() });
  const found = await preferences.activate(app, null, null, null, null);
  expect(found.options.current.mode).toBe('warn');
  expect(said).toEqual([]);
});
