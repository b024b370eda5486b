/** A file that is made from the code and committed beside it. */
export interface Generated {
  /** relative to the checkout */
  file: string;
  content: string;
}
