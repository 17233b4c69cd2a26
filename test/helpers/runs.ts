/** Cases per property: hundreds in an ordinary run, more by hand (npm run test:long). */
export const RUNS = Number(process.env["NETLOGCTL_RUNS"] ?? 300);
