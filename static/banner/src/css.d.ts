// The build hands a style sheet over as minified text, for a constructable CSSStyleSheet.
declare module "*.css" {
  const text: string;
  export default text;
}
