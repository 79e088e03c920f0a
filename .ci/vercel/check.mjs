#!/usr/bin/env node
// Builds the project with Vercel's own CLI and tries what comes out, without an account: every
// function is produced, small enough and answers, static files are those of public/, the routes lead where
// vercel.json says, and `vercel dev` serves. Run by .ci/run; by hand: node .ci/vercel/check.mjs
//
// All work happens in a copy under target/, always the same one so that cargo's results are kept:
// the checkout, and a .vercel folder that a developer has in it, are not touched.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

// What a function needs in order to start; none of it is reached by the requests made here.
const CONFIGURATION = {
  SECRET_KEY: 'only-for-this-check-only-for-this-check',
  ALLOWED_HOSTS: '127.0.0.1,localhost',
  DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:1/none',
  DEFAULT_FROM_EMAIL: 'Sessly <no-reply@example.com>',
  EMAIL_HOST: '127.0.0.1',
};

// Paths on which Vercel's reading of vercel.json is compared with ours, a plain regex.
const PATHS = [
  '/api', '/api/', '/api/health', '/api/health/', '/api/none/such/',
  '/api/users', '/api/users/me/', '/api/users/login', '/api/users/login/', '/api/users/login/x',
  '/api/users/token/refresh/', '/api/users/verify-email/resend/',
  '/api/users/appointments', '/api/users/appointments/1/cancel/', '/api/users/appointments/1/reschedule/', '/api/users/waitlist/1/', '/api/businesses/salon/waitlist/',
  '/api/users/visits/1/cancel/', '/api/users/appointments/series/1/', '/api/businesses/salon/appointments/series/preview/', '/api/businesses/salon/visits/', '/api/businesses/salon/availability/visits/',
  '/api/businesses', '/api/businesses/', '/api/businesses/categories/', '/api/businesses/salon',
  '/api/businesses/me/', '/api/businesses/metal/', '/api/businesses/my-business/1/stats/',
  '/api/businesses/staff-invitations/accept/', '/api/businesses/salon/staff/1/invite/',
  '/api/businesses/services/1/', '/api/businesses/services/appointments/',
  '/api/businesses/salon/services/', '/api/businesses/salon/opening-hours/bulk-update/',
  '/api/businesses/salon/services/1/add-ons/1/', '/api/businesses/salon/locations/1/', '/api/businesses/salon/resources/1/',
  '/api/businesses/salon/date-overrides/1/', '/api/businesses/salon/time-off', '/api/businesses/salon/holidays/',
  '/api/businesses/salon/guest-holds/code/', '/api/guests/appointment/cancel/',
  '/api/businesses/salon/schedule-changes/', '/api/businesses/salon/schedule-changes/preview/',
  '/api/businesses/salon/appointments/1/confirm/', '/api/businesses/salon/availability/',
  '/api/businesses/salon/customers/1/block/', '/api/businesses/salon/services/1/questions/1/', '/api/businesses/salon/none/',
  '/api/integrations/mail/sendgrid/', '/api/cron', '/api/cron/', '/api/cron/messages/', '/api/cronies/',
];

const MOST_FUNCTIONS = 12; // Vercel's Hobby plan
const LARGEST_MB = 8; // what every function should weigh at most: it is loaded at each cold start
const DEV_PORT = 3100;
const MINUTE = 60_000;

const root = path.resolve(import.meta.dirname, '../..');
const target = path.resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');
const work = path.join(target, 'vercel-check');
const cli = path.join(work, 'cli');
const project = path.join(work, 'project');
const output = path.join(project, '.vercel/output');
const running = new Set();

/** Starts a command in a process group of its own, which ends with this script at the latest. */
function start(command, args, options) {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'], ...options });
  running.add(child);
  child.ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
  return child;
}

function groupIsAlive(child) {
  try {
    process.kill(-child.pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Asks a process to stop, and makes sure that it did, as expected, and left no child behind. */
async function stop(child, name, expected) {
  child.kill('SIGTERM');
  const ended = await Promise.race([child.ended, sleep(MINUTE, 'not within a minute', { ref: false })]);
  assert.equal(ended, expected, `${name} did not stop cleanly: ${ended}`);
  for (let tries = 0; groupIsAlive(child) && tries < 50; tries += 1) await sleep(100);
  assert.ok(!groupIsAlive(child), `${name} left a process behind`);
  running.delete(child);
}

async function run(command, args, options, limit) {
  const child = start(command, args, options);
  const ended = await Promise.race([child.ended, sleep(limit, 'out of time', { ref: false })]);
  assert.equal(ended, 0, `${path.basename(command)} ${args[0]} failed: ${ended}`);
  running.delete(child);
}

function vercel(args) {
  const state = path.join(work, 'state');
  return [path.join(cli, 'node_modules/.bin/vercel'), [...args, '--global-config', state]];
}

function environment(extra) {
  return { ...process.env, CARGO_TARGET_DIR: target, VERCEL_TELEMETRY_DISABLED: '1', ...extra };
}

async function installCli() {
  fs.mkdirSync(cli, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) {
    fs.cpSync(path.join(import.meta.dirname, file), path.join(cli, file));
  }
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: cli }, 10 * MINUTE);
}

/** Copies what git knows or would know; modification times too, by which cargo sees what is new. */
function copyProject() {
  fs.rmSync(project, { recursive: true, force: true });
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
  for (const file of files) {
    const from = path.join(root, file);
    if (fs.existsSync(from)) fs.cpSync(from, path.join(project, file), { preserveTimestamps: true });
  }
}

async function build() {
  fs.mkdirSync(path.join(project, '.vercel'));
  const settings = { projectId: 'prj_local', orgId: 'team_local', settings: { framework: null } };
  fs.writeFileSync(path.join(project, '.vercel/project.json'), JSON.stringify(settings));
  const [command, args] = vercel(['build', '--standalone']);
  await run(command, args, { cwd: project, env: environment({ VERCEL_BUILD_IMAGE: '1' }) }, 40 * MINUTE);
}

function filesBelow(folder) {
  const names = fs.readdirSync(folder, { recursive: true });
  return names.filter((name) => fs.statSync(path.join(folder, name)).isFile()).sort();
}

function checkOutput() {
  const sources = fs.readdirSync(path.join(project, 'api')).filter((name) => name.endsWith('.rs'));
  const functions = sources.map((name) => path.basename(name, '.rs')).sort();
  assert.ok(functions.length <= MOST_FUNCTIONS, `more than ${MOST_FUNCTIONS} functions: ${functions}`);
  const files = filesBelow(path.join(output, 'functions'));
  const produced = files.filter((file) => path.basename(file) === 'executable');
  assert.deepEqual(produced, functions.map((name) => `api/${name}.func/executable`));
  assert.deepEqual(filesBelow(path.join(output, 'static')), filesBelow(path.join(project, 'public')));
  checkRoutes(functions);
  return functions;
}

function checkRoutes(functions) {
  const { rewrites } = JSON.parse(fs.readFileSync(path.join(project, 'vercel.json'), 'utf8'));
  for (const { source, destination } of rewrites) {
    const leadsToOne = functions.some((name) => destination === `/api/${name}`);
    assert.ok(leadsToOne, `${source} leads to ${destination}, which is no function`);
  }
  const { routes } = JSON.parse(fs.readFileSync(path.join(output, 'config.json'), 'utf8'));
  const ours = rewrites.map((rule) => [new RegExp(`^${rule.source}$`), rule.destination]);
  const theirs = routes.filter((rule) => rule.dest).map((rule) => [new RegExp(rule.src), rule.dest]);
  const first = (table, url) => table.find(([pattern]) => pattern.test(url))?.[1];
  for (const url of PATHS) assert.equal(first(theirs, url), first(ours, url), `Vercel reads ${url} otherwise`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The answer to a GET, as soon as `child` serves. */
async function answer(child, port, url, limit) {
  const late = Date.now() + limit;
  let ended;
  child.ended.then((how) => { ended = how; });
  for (;;) {
    assert.equal(ended, undefined, `it ended (${ended}) instead of answering`);
    assert.ok(Date.now() < late, 'it does not answer in time');
    try {
      const signal = AbortSignal.timeout(late - Date.now());
      const response = await fetch(`http://127.0.0.1:${port}${url}`, { signal });
      return { status: response.status, body: await response.text() };
    } catch {
      await sleep(50);
    }
  }
}

function assertHealthy({ status, body }) {
  assert.equal(status, 200, body);
  assert.equal(JSON.parse(body).status, 'ok', body);
}

async function tryFunction(name) {
  const executable = path.join(output, `functions/api/${name}.func/executable`);
  const port = await freePort();
  const env = { ...CONFIGURATION, VERCEL: '1', VERCEL_DEV_PORT: String(port) };
  const child = start(executable, [], { env });
  if (name === 'meta') {
    assertHealthy(await answer(child, port, '/api/health/', MINUTE));
  } else {
    const { status, body } = await answer(child, port, '/api/none/such/', MINUTE);
    assert.equal(status, 404, body);
    assert.equal(JSON.parse(body).error_code, 'NOT_FOUND', body);
  }
  await stop(child, name, 0);
  const size = fs.statSync(executable).size / 1e6;
  console.log(`${name}: answers, ${size.toFixed(2)} MB`);
  assert.ok(size <= LARGEST_MB, `${name} has ${size.toFixed(2)} MB, more than ${LARGEST_MB}: cargo bloat says of what`);
}

/** `vercel dev` wants the project not to be linked. */
async function tryDev() {
  fs.rmSync(path.join(project, '.vercel'), { recursive: true, force: true });
  const [command, args] = vercel(['dev', '--local', '--yes', '--listen', `127.0.0.1:${DEV_PORT}`]);
  const child = start(command, args, { cwd: project, env: environment(CONFIGURATION) });
  assertHealthy(await answer(child, DEV_PORT, '/api/health/', 15 * MINUTE));
  await stop(child, 'vercel dev', 128 + os.constants.signals.SIGTERM);
}

async function step(name, work) {
  console.log(`--- Vercel: ${name}`);
  try {
    return await work();
  } catch (error) {
    console.error(`\nTHE VERCEL CHECK FAILED: ${name}\n${error.message}\n`);
    process.exit(1);
  }
}

process.on('exit', () => {
  for (const child of running) if (groupIsAlive(child)) process.kill(-child.pid, 'SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

await step('install its CLI', installCli);
await step('copy the project', copyProject);
await step('build every function', build);
const functions = await step('look at what was built', checkOutput);
for (const name of functions) await step(`start ${name}`, () => tryFunction(name));
await step('serve under vercel dev', tryDev);
console.log('--- Vercel: all is well');
