/** The fields of `/proc/PID/stat` from the third on: field `n` of proc(5) is at `n - 3`. */
export function statFields(stat: string): string[] {
  // The name of the program, in brackets, may hold spaces and brackets.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
