/** DL4J's training UI for our trainer. */
package org.sotdl4j.ui;
