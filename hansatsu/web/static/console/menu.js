// The theme closes its menu at 1280 pixels and below, where its button then needs two presses. A
// clerk's screen is 1280 wide: the menu stands open there, and opens at the first press below.
const ROOM = 1280;

const wanted = () => window.innerWidth >= ROOM && localStorage.getItem("sidebarOpen") !== "0";

document.addEventListener("alpine:init", () => {
  const made = window.theme;
  window.theme = (...given) => {
    const data = made(...given);
    let width = window.innerWidth;
    data.sidebarOpen = wanted();
    data.sidebarToggle = function () {
      this.sidebarOpen = !this.sidebarOpen;
      if (window.innerWidth >= ROOM) {
        localStorage.setItem("sidebarOpen", this.sidebarOpen ? "1" : "0");
      }
    };
    data.themeBindings["x-resize.window"] = function () {
      if (window.innerWidth !== width) {
        width = window.innerWidth;
        this.sidebarOpen = wanted();
      }
    };
    return data;
  };
});
