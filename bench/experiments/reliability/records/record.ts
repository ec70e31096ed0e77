/** A record that is damaged, and the commands that read it. */
export interface DamagedRecord {
  readonly name: string;
  /** Makes a sound one: a run folder, or a log, at this path, whose folder is there. */
  readonly make: (path: string) => Promise<void>;
  /** Command lines that read it from the folder that it lies in, by its name. */
  readonly commands: readonly (readonly string[])[];
  /** Whether it is a log: one that was cut at the end of a line is as it once was, and no damage. */
  readonly isLog: boolean;
}
