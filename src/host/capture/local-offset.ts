/** How many minutes local time is east of UTC at a moment (TZ, /etc/localtime). */
export function localOffset(milliseconds: number): number {
  return -new Date(milliseconds).getTimezoneOffset();
}
