/** A city of the generated world. */
export interface Town {
  readonly city: string;
  /** Two-letter abbreviation. */
  readonly state: string;
}

/** Names of the states by their abbreviation. */
export const STATE_NAMES: Readonly<Record<string, string>> = {
  IL: 'Illinois',
  OH: 'Ohio',
  IN: 'Indiana',
  MO: 'Missouri',
  WI: 'Wisconsin',
  MI: 'Michigan',
  IA: 'Iowa',
  KY: 'Kentucky',
  MN: 'Minnesota',
  TN: 'Tennessee',
  KS: 'Kansas',
  NE: 'Nebraska',
};

/** The abbreviations, in a fixed order. */
export const STATES: readonly string[] = Object.keys(STATE_NAMES);

/** All cities, three a state; some names are shared by two states, as they are on the map. */
export const PLACES: readonly Town[] = [
  ['IL', 'Springfield', 'Champaign', 'Peoria'],
  ['OH', 'Cleveland', 'Dayton', 'Toledo'],
  ['IN', 'Evansville', 'Fort Wayne', 'Bloomington'],
  ['MO', 'Joplin', 'Columbia', 'Sedalia'],
  ['WI', 'Madison', 'Green Bay', 'Racine'],
  ['MI', 'Lansing', 'Kalamazoo', 'Saginaw'],
  ['IA', 'Davenport', 'Dubuque', 'Cedar Rapids'],
  ['KY', 'Louisville', 'Lexington', 'Paducah'],
  ['MN', 'Duluth', 'Rochester', 'Mankato'],
  ['TN', 'Knoxville', 'Chattanooga', 'Columbia'],
  ['KS', 'Wichita', 'Topeka', 'Salina'],
  ['NE', 'Omaha', 'Lincoln', 'Kearney'],
].flatMap(([state = '', ...cities]) => cities.map((city) => ({ city, state })));

/** A place as texts write it, `City, ST`. */
export function placeName(place: Town): string {
  return `${place.city}, ${place.state}`;
}
