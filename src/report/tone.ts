/** How welcome a state is. A renderer may colour it; the word alone says as much. */
export type Tone = 'good' | 'bad' | 'unsure' | 'neutral';
