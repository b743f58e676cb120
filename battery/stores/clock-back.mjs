// Before a program: its clock of the day goes back by an hour every few readings.
const now = Date.now;
let readings = 0;
Date.now = () => now() - 3_600_000 * Math.floor(readings++ / 3);
globalThis.Date = class extends Date {
  constructor(...args) {
    super(...(args.length > 0 ? args : [Date.now()]));
  }
};
