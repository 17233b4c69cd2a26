import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("..", import.meta.url));

export default defineConfig({
  root,
  cacheDir: `${tmpdir()}/netlogctl-vitest-${process.getuid?.()}`,
  test: {
    disableConsoleIntercept: true,
    coverage: {
      include: ["src/**"],
      thresholds: { "src/core/**": { lines: 95, branches: 95 } },
    },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/{commands,kernel,vm}/**"],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: { name: "commands", include: ["test/commands/**/*.test.ts"], testTimeout: 60_000 },
      },
      {
        extends: true,
        test: { name: "kernel", include: ["test/kernel/**/*.test.ts"], testTimeout: 300_000, hookTimeout: 60_000 },
      },
      {
        extends: true,
        test: { name: "vm", include: ["test/vm/**/*.test.ts"], testTimeout: 900_000, fileParallelism: false },
      },
    ],
  },
});
