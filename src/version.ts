/** Written here by the build. */
declare const PACKAGE_VERSION: string;

/** The version in package.json. */
export const VERSION: string = PACKAGE_VERSION;
