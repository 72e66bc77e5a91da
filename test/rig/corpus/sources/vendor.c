// A library that nobody's system has.
int vendor(void);
int vendor(void) { return 42; }
