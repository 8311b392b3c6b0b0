/** A model behind HTTP: {@link org.sotdl4j.app.serve.PictureServer}. */
package org.sotdl4j.app.serve;
