/* Tiny freestanding stand-in for a loader image; written only to exercise enclave measurement.
 * It is never executed. Feature macros change the segment layout. */
typedef unsigned long u64;
static const char banner[] = "tiny-loader: measurement test image";
#ifdef WITH_DATA
u64 table[WITH_DATA] = { 0x1111111111111111ul, 0x2222222222222222ul, 0x3333333333333333ul };
#endif
#ifdef WITH_BSS
unsigned char arena[WITH_BSS];
#endif
#ifdef WITH_RELRO
extern const char* const names[];
const char* const names[] = { banner, banner + 5, banner + 9 };
#endif
__attribute__((noinline)) static u64 mix(u64 a, u64 b) {
    a ^= b + 0x9e3779b97f4a7c15ul + (a << 6) + (a >> 2);
    return a;
}
__attribute__((used)) void tiny_entry(u64 arg) {
    u64 h = arg;
    for (unsigned i = 0; i < sizeof(banner); i++) h = mix(h, (u64)banner[i]);
#ifdef WITH_DATA
    for (unsigned i = 0; i < WITH_DATA; i++) h = mix(h, table[i]);
    table[0] = h;
#endif
#ifdef WITH_BSS
    arena[h % WITH_BSS] = (unsigned char)h;
#endif
#ifdef WITH_RELRO
    h = mix(h, (u64)names[h % 3]);
#endif
    for (;;) __asm__ volatile("pause" :: "r"(h));
}
#ifdef BIG_TEXT
__attribute__((used, section(".text.pad"))) static const unsigned char pad[BIG_TEXT] = { 0xcc, 0x90, 0xcc };
#endif
