package org.edm2search.model.device;

import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;

/** This build of the program, or this machine, cannot compute on the device that was asked for. */
public final class UnusableDeviceException extends Edm2SearchException {

  private static final long serialVersionUID = 1L;

  UnusableDeviceException(String message) {
    super(message);
  }

  UnusableDeviceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
