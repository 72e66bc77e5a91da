/** What programs print where a disk is full. */
export const DISK_FULL = /\bENOSPC\b|:enospc\b|\benospc\b|[Nn]o space left on device/;
