package org.sotdl4j.app.serve;

/**
 * What a server takes on.
 *
 * @param bytes of a request's body
 * @param pixels of a picture, as its header says before it is decoded
 * @param requests that are worked on at the same time; further ones are turned away
 */
public record Limits(long bytes, long pixels, int requests) {}
