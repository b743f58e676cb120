/** A style sheet as a text. */
declare module "*.css?inline" {
  const text: string;
  export default text;
}
