// Sounds of the till: a chime made here, and the amount read aloud where the browser can speak.
const MUTED = "hansatsu-till-muted";
const NOTES = [784, 1047, 1319]; // hertz: G5, C6, E6, rising as something is done
const APART = 0.13; // seconds
const LASTS = 0.6; // seconds
const LOUD = 0.35; // of 1

let context: AudioContext | null = null;

/** Browsers let a page sound only after a touch: from the first one on it may. */
export function wakeSound(): void {
  for (const kind of ["pointerdown", "keydown"]) {
    addEventListener(kind, () => void ready()?.resume(), { once: true });
  }
}

const SILENT = "silent"; // the terminal's own setting, on the page's root

export function isMuted(): boolean {
  if (document.documentElement.classList.contains(SILENT)) {
    return true;
  }
  try {
    return localStorage.getItem(MUTED) === "yes";
  } catch {
    return false; // a browser that keeps nothing
  }
}

export function setMuted(muted: boolean): void {
  try {
    localStorage.setItem(MUTED, muted ? "yes" : "no");
  } catch {
    // a browser that keeps nothing: it sounds again on the next page
  }
}

/** Chimes, and says `words` in the page's language. Says nothing when muted. */
export function announce(words: string): void {
  if (isMuted()) {
    return;
  }
  chime();
  if ("speechSynthesis" in window) {
    const said = new SpeechSynthesisUtterance(words);
    said.lang = document.documentElement.lang === "en" ? "en-US" : "ja-JP";
    speechSynthesis.speak(said);
  }
}

function chime(): void {
  const audio = ready();
  if (audio === null) {
    return;
  }
  void audio.resume();
  NOTES.forEach((pitch, place) => ring(audio, pitch, audio.currentTime + place * APART));
}

function ring(audio: AudioContext, pitch: number, at: number): void {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(LOUD, at);
  volume.gain.exponentialRampToValueAtTime(0.001, at + LASTS);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + LASTS);
}

function ready(): AudioContext | null {
  if (context === null && "AudioContext" in window) {
    context = new AudioContext();
  }
  return context;
}
