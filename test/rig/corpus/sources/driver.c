// A linked-in driver.
#include <erl_driver.h>

static ErlDrvData start(ErlDrvPort port, char *command) {
  (void)command;
  driver_free(driver_alloc(8));
  return (ErlDrvData)port;
}

static void output(ErlDrvData data, char *bytes, ErlDrvSizeT length) { driver_output((ErlDrvPort)data, bytes, length); }

static ErlDrvEntry entry = {
  .start = start,
  .output = output,
  .driver_name = "driver",
  .extended_marker = ERL_DRV_EXTENDED_MARKER,
  .major_version = ERL_DRV_EXTENDED_MAJOR_VERSION,
  .minor_version = ERL_DRV_EXTENDED_MINOR_VERSION,
};

DRIVER_INIT(driver) { return &entry; }
