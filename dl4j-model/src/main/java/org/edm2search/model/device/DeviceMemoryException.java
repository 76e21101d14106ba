package org.edm2search.model.device;

import org.edm2search.space.base.Edm2SearchException;

/** A device has less free memory than a plan needs. */
public final class DeviceMemoryException extends Edm2SearchException {

  private static final long serialVersionUID = 1L;

  DeviceMemoryException(Device device, long neededBytes, long freeBytes) {
    super(
        ("needs %.2f GB for weights, gradients and activations, but %s has %.2f GB free; make"
                + " training.micro_batch smaller or leave the device to one process")
            .formatted(neededBytes / 1e9, device.name(), freeBytes / 1e9));
  }
}
