# Makes the programs of a toolchain findable under one prefix, and zig's C libraries before anybody waits for them.
set -eu
cross=/opt/mix-release/cross/$TRIPLE
cd "$cross/bin"
chmod +x ../shims/* && find . -type f -exec chmod +x {} +

if [ "$COMPILER" = gcc ]; then
  for program in gcc g++ ar ranlib strip ld nm objcopy objdump readelf as cpp; do
    ln -s "/usr/bin/$PREFIX-$program" "$PREFIX-$program"
  done
  exit
fi

mv cc "$PREFIX-gcc"
mv c++ "$PREFIX-g++"
for program in ar ranlib ld; do mv $program "$PREFIX-$program"; done
gnu=/usr/bin/${PREFIX%-*}-gnu
for program in strip nm objcopy objdump readelf; do
  if [ -x "$gnu-$program" ]; then ln -s "$gnu-$program" "$PREFIX-$program"; fi
done
if [ -x "$gnu-strip" ]; then rm strip; else mv strip "$PREFIX-strip"; fi

export ZIG_GLOBAL_CACHE_DIR=/opt/mix-release/ziglang/cache ZIG_LOCAL_CACHE_DIR=/opt/mix-release/ziglang/cache
mkdir -p /tmp/first && cd /tmp/first
printf '%s\n' '#include <stdexcept>' '#include <string>' \
  'extern "C" int first() { try { throw std::runtime_error(std::string("x")); } catch (std::exception &) { return 0; } }' >first.cc
printf 'int first(void) { return 0; }\n' >first.c
printf 'int main(void) { return 0; }\n' >main.c
"$cross/bin/$PREFIX-g++" -O2 -fPIC -shared first.cc -o first.so
"$cross/bin/$PREFIX-gcc" -O2 -fPIC -shared first.c -o second.so
"$cross/bin/$PREFIX-gcc" -O2 main.c -o main
cd / && rm -rf /tmp/first
# Builds add to it.
chown -R 10001:10001 /opt/mix-release/ziglang/cache
