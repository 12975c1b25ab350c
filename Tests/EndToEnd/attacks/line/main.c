#include <unistd.h>

int main(void) {
  static char block[65536];
  for (unsigned index = 0; index < sizeof block; index++) block[index] = "\xff\xfe\0x"[index % 4];
  for (;;) (void)!write(2, block, sizeof block);
}
