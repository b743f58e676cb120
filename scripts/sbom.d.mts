/** A part of a CycloneDX bill. */
interface Component {
  "bom-ref": string;
  name: string;
  version: string;
  licenses?: { license: { id?: string } }[];
  properties?: { name: string; value: string }[];
}

/** The software bill of materials of the package, as CycloneDX. */
export function sbom(): { bomFormat: string; specVersion: string; metadata: { component: Component }; components: Component[] };

/** Writes it into dist/. */
export function writeSbom(): void;
