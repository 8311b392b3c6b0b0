/** Training: optimizers, schedules, the step, the trainer and its run folder. */
package org.sotdl4j.app.train;
