// The values of an axis that is given by its ends: the page has them of here, without what else the package has.
export { linspace, logspace } from "../design/spaces.ts";
