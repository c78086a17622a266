// Names as other chats have them, the most used ones; the system draws them.
const table =
  'smile 😄 grin 😁 joy 😂 rofl 🤣 slight_smile 🙂 upside_down 🙃 wink 😉 blush 😊 innocent 😇 heart_eyes 😍 ' +
  'star_struck 🤩 kiss 😘 yum 😋 tongue 😛 zany 🤪 hug 🤗 thinking 🤔 shush 🤫 neutral 😐 expressionless 😑 ' +
  'smirk 😏 unamused 😒 eye_roll 🙄 grimace 😬 relieved 😌 sleepy 😪 sleeping 😴 sick 🤢 sneeze 🤧 hot 🥵 cold 🥶 ' +
  'dizzy 😵 exploding_head 🤯 cowboy 🤠 party 🥳 sunglasses 😎 nerd 🤓 confused 😕 worried 😟 open_mouth 😮 ' +
  'astonished 😲 flushed 😳 pleading 🥺 cry 😢 sob 😭 scream 😱 disappointed 😞 sweat 😓 sweat_smile 😅 tired 😫 ' +
  'yawn 🥱 triumph 😤 angry 😠 rage 😡 skull 💀 poop 💩 clown 🤡 ghost 👻 alien 👽 robot 🤖 see_no_evil 🙈 ' +
  'heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 broken_heart 💔 100 💯 ' +
  'wave 👋 raised_hand ✋ ok_hand 👌 victory ✌️ crossed_fingers 🤞 point_left 👈 point_right 👉 point_up 👆 ' +
  'point_down 👇 +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 fist ✊ clap 👏 raised_hands 🙌 handshake 🤝 pray 🙏 ' +
  'writing ✍️ muscle 💪 eyes 👀 brain 🧠 shrug 🤷 facepalm 🤦 dog 🐶 cat 🐱 panda 🐼 fox 🦊 bear 🐻 tiger 🐯 ' +
  'rabbit 🐰 dragon 🐉 horse 🐴 snake 🐍 monkey 🐵 chicken 🐔 penguin 🐧 bug 🐛 bee 🐝 fish 🐟 whale 🐳 flower 🌸 ' +
  'rose 🌹 tree 🌳 leaves 🍃 sun ☀️ moon 🌙 star ⭐ sparkles ✨ zap ⚡ fire 🔥 rainbow 🌈 rain 🌧️ snow ❄️ apple 🍎 ' +
  'watermelon 🍉 bread 🍞 rice 🍚 noodles 🍜 dumpling 🥟 pizza 🍕 cake 🍰 birthday 🎂 coffee ☕ tea 🍵 beer 🍺 ' +
  'cheers 🍻 rocket 🚀 car 🚗 bike 🚲 plane ✈️ house 🏠 school 🏫 soccer ⚽ basketball 🏀 trophy 🏆 medal 🏅 game 🎮 ' +
  'dart 🎯 music 🎵 art 🎨 tada 🎉 gift 🎁 balloon 🎈 phone 📱 computer 💻 keyboard ⌨️ bulb 💡 book 📖 memo 📝 ' +
  'pencil ✏️ pin 📌 paperclip 📎 calendar 📅 chart 📈 lock 🔒 key 🔑 hammer 🔨 wrench 🔧 gear ⚙️ link 🔗 hourglass ⏳ ' +
  'alarm ⏰ bell 🔔 mute 🔇 loudspeaker 📢 mail ✉️ package 📦 money 💰 warning ⚠️ no_entry ⛔ x ❌ check ✅ question ❓ ' +
  'exclamation ❗ plus ➕ minus ➖ arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ recycle ♻️ copyright ©️ zzz 💤';

let names: ReadonlyMap<string, string> | undefined;

/** Emoji by the name between the colons. */
export function emojiNames(): ReadonlyMap<string, string> {
  if (names === undefined) {
    const words = table.split(' ');
    names = new Map(words.flatMap((word, i) => (i % 2 === 0 ? [[word, words[i + 1] as string] as const] : [])));
  }
  return names;
}
