// The solver of the package odex, which stands in this folder: elsewhere in bench/ "massgrid" is the checkout's own package.
export { default } from "odex";
