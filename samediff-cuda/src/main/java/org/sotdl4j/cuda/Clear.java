package org.sotdl4j.cuda;

/** Fills memory with zeros. */
record Clear(long address, long bytes) implements Step {}
