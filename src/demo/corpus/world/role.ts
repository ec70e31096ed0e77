/** One occupation of the generated world: the only source of titles, skills and certifications. */
export interface Role {
  readonly title: string;
  readonly family: string;
  /** Other names that queries use and documents do not. */
  readonly aliases: readonly string[];
  readonly skills: readonly string[];
  readonly certifications: readonly string[];
  /** What the work is, as gerund phrases. */
  readonly tasks: readonly string[];
  /** Where the work is done, with the article. */
  readonly sites: readonly string[];
  /** Endings of employers' names. */
  readonly employers: readonly string[];
  /** Dollars an hour without experience. */
  readonly basePay: number;
}
