/** Fine-tuning text encoders on GLUE, and the influence of words on their decisions. */
package org.sotdl4j.app.glue;
