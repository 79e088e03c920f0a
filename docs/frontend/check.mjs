// Keeps docs/FRONTEND.md true: every piece of TypeScript in it stands in client.ts, that compiles, and smoke.ts, which does
// what the page says, passes against a local server.
//
//     node docs/frontend/check.mjs                          starts a `cargo dev` of its own, with data that is thrown away
//     BASE=http://127.0.0.1:3000 node docs/frontend/check.mjs    uses one that is running

import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const run = (program, args, options = {}) => execFileSync(program, args, { cwd: here, stdio: "inherit", ...options });

function checkPage() {
  const source = readFileSync(join(here, "client.ts"), "utf8");
  const page = readFileSync(join(here, "../FRONTEND.md"), "utf8");
  const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block);
  if (blocks.length === 0) throw new Error("FRONTEND.md has no TypeScript");
  // Methods stand less indented on the page than in their class.
  const dedented = source.replace(/^ {2}/gm, "");
  for (const block of blocks) {
    if (!source.includes(block) && !dedented.includes(block)) {
      throw new Error(`FRONTEND.md has a piece of TypeScript that is not in client.ts:\n${block}`);
    }
  }
  console.log(`ok  all ${blocks.length} pieces of TypeScript in FRONTEND.md are in client.ts`);
}

/** Starts the local server in a folder of its own, so that whoever works here keeps their data. */
async function serve() {
  run("cargo", ["build", "--quiet", "--package", "dev"], { cwd: root });
  const folder = mkdtempSync(join(tmpdir(), "sessly-frontend-"));
  // Postgres runs as another user if this is root.
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, "dev"));
  const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  const limits = ["AUTH", "REGISTRATION", "CODES_SENT", "BOOKING", "INVITATIONS", "API"].map((name) => [`RATE_LIMIT_${name}`, "off"]);
  const env = { ...process.env, ...Object.fromEntries(limits), PORT: "0", CARGO_MANIFEST_DIR: join(folder, "dev") };
  const server = spawn(join(target, "debug/dev"), { env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((done) => server.once("exit", done));
  const stop = async () => {
    server.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  let said = "";
  const base = await new Promise((found) => {
    server.stdout.on("data", (chunk) => {
      said += chunk;
      const address = said.match(/API +(http:\/\/[^/]+)\//)?.[1];
      if (address) found(address);
    });
    ended.then(() => found(null));
  });
  if (base) return { base, stop };
  await stop();
  throw new Error(`the local server does not start:\n${said}`);
}

if (!existsSync(join(here, "node_modules/esbuild"))) run("npm", ["ci", "--silent", "--no-audit", "--no-fund"]);
checkPage();
run("npx", ["--no-install", "tsc"]);
console.log("ok  client.ts and smoke.ts compile");
const bundle = join(here, "node_modules/.smoke.mjs");
run("npx", ["--no-install", "esbuild", "smoke.ts", "--bundle", "--platform=node", "--format=esm", "--log-level=warning", `--outfile=${bundle}`]);
const server = process.env.BASE ? { base: process.env.BASE, stop: async () => {} } : await serve();
try {
  run("node", [bundle], { env: { ...process.env, BASE: server.base } });
} catch {
  process.exitCode = 1;
} finally {
  await server.stop();
}
